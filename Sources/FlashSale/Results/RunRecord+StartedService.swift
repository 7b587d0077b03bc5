extension RunRecord {
    /// A service that the run has started, without anything that could be a secret.
    package struct StartedService: Codable, Sendable, Equatable {
        /// The program and its arguments, as they stand in the file.
        package var words: [String]
        /// Where it was.
        package var url: String
        /// The names of the variables that the file gives it.
        package var variables: [String]
        /// The Redis that it was told of, without a password; absent where the file names none.
        package var redis: String?
        /// How many processes it had when it was open.
        package var processes: Int

        package init(words: [String], url: String, variables: [String], redis: String?, processes: Int) {
            self.words = words
            self.url = url
            self.variables = variables
            self.redis = redis
            self.processes = processes
        }
    }
}
