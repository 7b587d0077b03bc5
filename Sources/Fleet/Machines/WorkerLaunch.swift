package import FlashSale

/// How one worker is started: a program of this machine, which is the worker, or which carries one's input and output.
package struct WorkerLaunch: Sendable, Equatable {
    package var engine: EngineName
    /// The machine on which the worker is, as the user knows it; nil for this one.
    package var machine: String?
    /// The absolute path of the program.
    package var executable: String
    package var arguments: [String]
    /// Two descriptors at whose other ends somebody serves the worker's part, in the place of a program that is started.
    package var served: Served?

    package struct Served: Sendable, Equatable {
        package var reading: Int32
        package var writing: Int32

        package init(reading: Int32, writing: Int32) {
            self.reading = reading
            self.writing = writing
        }
    }

    package init(
        engine: EngineName, machine: String?, executable: String, arguments: [String], served: Served? = nil
    ) {
        self.engine = engine
        self.machine = machine
        self.executable = executable
        self.arguments = arguments
        self.served = served
    }
}
