export type { Json, JsonObject } from '../journal/json.ts'
