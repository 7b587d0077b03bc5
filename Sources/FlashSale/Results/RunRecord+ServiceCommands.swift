extension RunRecord {
    /// A command that a service sent to its Redis, as the proxy between the two saw it.
    package struct ServiceCommand: Codable, Sendable, Equatable {
        /// Of the service's connection, from 1.
        package var connection: Int
        /// CLOCK_MONOTONIC.
        package var sentNs: UInt64
        /// CLOCK_MONOTONIC of the reply; absent where none came.
        package var answeredNs: UInt64?
        /// Its name and the start of its arguments.
        package var command: String
        /// The start of its reply.
        package var reply: String
        /// The fault that struck it; absent where none did.
        package var fault: String?

        package init(
            connection: Int, sentNs: UInt64, answeredNs: UInt64?, command: String, reply: String, fault: String?
        ) {
            self.connection = connection
            self.sentNs = sentNs
            self.answeredNs = answeredNs
            self.command = command
            self.reply = reply
            self.fault = fault
        }
    }

    /// Commands of the service while the attempts of one piece of evidence were under way.
    package struct ServiceCommands: Codable, Sendable, Equatable {
        /// The first of them, at most ``limit``; those that a fault struck come first.
        package var shown: [ServiceCommand]
        /// How many more there were.
        package var further: Int

        package static let limit = 12

        package init(shown: [ServiceCommand], further: Int) {
            self.shown = shown
            self.further = further
        }
    }
}
