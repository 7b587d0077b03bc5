package import FlashSale

/// Where the workers of a run are started, and by what.
package protocol FleetEngine {
    /// Makes everything ready that workers need there: connections, our binary, an allocation. Called once, on the main thread, before
    /// the sale is opened.
    ///
    /// - Parameter workers: how many there will be, numbered from 0.
    /// - Throws: ``RunError`` with 64 or 69: what was wanted, what was found, and what to do.
    mutating func prepare(workers: Int) throws(RunError)

    /// How a worker is started.
    func launch(worker: Int) -> WorkerLaunch

    /// Why a link has ended, in words for the user, without the end of a sentence.
    ///
    /// - Parameters:
    ///   - exitCode: of the program that carried it; nil where a signal ended it.
    ///   - errors: the end of what it wrote to its standard error.
    func reason(worker: Int, exitCode: Int32?, errors: String) -> String?

    /// Ends what ``prepare(workers:)`` has begun; nothing stays on any machine. Called whatever happened, once.
    mutating func close()
}
