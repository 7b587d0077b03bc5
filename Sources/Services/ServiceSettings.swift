package import RedisDriver
package import Strategies

/// How one service is to run.
package struct ServiceSettings: Sendable {
    package var start: Strategy.ServiceStart
    /// The strategy file, for messages, and for the folder that relative paths are from.
    package var file: String
    /// Where the service writes: an absolute path, or one from our working directory.
    package var logPath: String
    /// What `{run}` becomes: made where the file names it.
    package var dataFolder: String
    /// The Redis that the service is told of, be it a server or whoever stands before one; nil where the file names none.
    package var redis: RedisEndpoint?
    /// How long it may take until it is open.
    package var readyMilliseconds = 30_000
    /// Our own binary, which keeps it.
    package var executable: String
    package var environment: [String: String]

    package init(
        start: Strategy.ServiceStart, file: String, logPath: String, dataFolder: String, redis: RedisEndpoint?,
        executable: String, environment: [String: String]
    ) {
        self.start = start
        self.file = file
        self.logPath = logPath
        self.dataFolder = dataFolder
        self.redis = redis
        self.executable = executable
        self.environment = environment
    }
}
