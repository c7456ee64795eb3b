export { createFileDurably, syncFolder } from '../journal/durable-file.ts'
