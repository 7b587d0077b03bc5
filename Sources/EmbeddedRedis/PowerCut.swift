/// What a power cut left of a private server's files.
package struct PowerCut: Sendable, Equatable, Codable {
    /// One file of the server's.
    package struct File: Sendable, Equatable, Codable {
        /// Its path in the server's folder.
        package var name: String
        /// Its size when the server was killed.
        package var bytesWritten: Int
        /// How many of them had been made durable, from the start. The others are gone.
        package var bytesKept: Int
    }

    package var end: ServerEnd
    /// Every file of the server's but its log, by name.
    package var files: [File]

    /// What was written and is gone.
    package var bytesLost: Int { files.reduce(0) { $0 + $1.bytesWritten - $1.bytesKept } }
}
