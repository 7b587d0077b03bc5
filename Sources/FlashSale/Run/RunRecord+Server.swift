extension RunRecord {
    package struct Server: Codable, Sendable, Equatable {
        /// `redis` or `valkey`.
        package var kind: String
        package var version: String
        /// `standalone`, `sentinel` or `cluster`.
        package var mode: String
        package var persistence: String
        /// `embedded`, or its URL without the password.
        package var url: String
        package var maxmemoryPolicy: String?

        package init(
            kind: String, version: String, mode: String, persistence: String, url: String, maxmemoryPolicy: String?
        ) {
            self.kind = kind
            self.version = version
            self.mode = mode
            self.persistence = persistence
            self.url = url
            self.maxmemoryPolicy = maxmemoryPolicy
        }
    }
}
