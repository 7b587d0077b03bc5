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
        /// `embedded` runs on the client's machine.
        package var host: String?
        package var maxmemoryPolicy: String?
        /// User and system time of the server's process from the moment that all clients were ready until the last one was
        /// gone, by its own word; absent where it does not tell.
        package var cpuSeconds: Double?
        /// Absent where the server does not tell what it executed.
        package var commands: Commands?

        package init(
            kind: String, version: String, mode: String, persistence: String, url: String, host: String? = nil,
            maxmemoryPolicy: String?, cpuSeconds: Double? = nil, commands: Commands? = nil
        ) {
            self.kind = kind
            self.version = version
            self.mode = mode
            self.persistence = persistence
            self.url = url
            self.host = host
            self.maxmemoryPolicy = maxmemoryPolicy
            self.cpuSeconds = cpuSeconds
            self.commands = commands
        }
    }

    /// What was sent beside what the server counted from the moment that all clients were ready until the last was gone.
    package struct Commands: Codable, Sendable, Equatable {
        /// By workers that reported; MULTI, EXEC, UNWATCH and scripts that were loaded again included.
        package var sent: Int
        /// Executed or refused by the server, those inside scripts and those of others included.
        package var counted: Int
        /// By name in capitals.
        package var byName: [String: Numbers]

        package struct Numbers: Codable, Sendable, Equatable {
            /// By themselves, and between MULTI and EXEC.
            package var sent: Int
            /// Of these, between MULTI and EXEC, which are executed only if EXEC goes through.
            package var queued: Int
            /// By the server, those that it refused and those inside scripts included.
            package var counted: Int

            package init(sent: Int, queued: Int, counted: Int) {
                self.sent = sent
                self.queued = queued
                self.counted = counted
            }
        }

        package init(sent: Int, byName: [String: Numbers]) {
            self.sent = sent
            counted = byName.values.reduce(0) { $0 + $1.counted }
            self.byName = byName
        }
    }
}
