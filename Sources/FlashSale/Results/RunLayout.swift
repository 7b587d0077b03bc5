/// The names of the files that a run leaves, within its folder.
package enum RunLayout {
    package static let record = "run.json"
    /// The most bytes of it that are read back. That of the largest fleet has a tenth of them.
    package static let recordLimit = 256 << 20
    package static let attempts = "attempts.csv"
    package static let ledger = "ledger.csv"
    /// The names of the units that were for sale.
    package static let units = "units.csv"
    package static let purchases = "purchases.csv"
    /// What came of each of several items.
    package static let items = "items.csv"
    package static let timeline = "timeline.csv"
    /// The same for each of several items.
    package static let itemsTimeline = "items-timeline.csv"
    package static let workers = "workers.csv"
    package static let attemptLatencies = "latency.hgrm"
    package static let purchaseLatencies = "latency-purchase.hgrm"
    package static let summary = "summary.csv"
    /// Figures as OpenMetrics has them.
    package static let metrics = "metrics.prom"
    /// All of a run on one page, for a browser.
    package static let page = "report.html"
    /// What a service that the run started said.
    package static let serviceLog = "service.log"
    /// What the service sent to its Redis, as the proxy between the two saw it.
    package static let serviceCommands = "commands.csv"
    /// The folder that such a service was told of.
    package static let serviceData = "service"
    /// The folder of the workers' journals.
    package static let history = "history"
    /// The table of all runs, beside their folders.
    package static let runsTable = "runs.csv"

    /// - Parameter worker: from 0.
    package static func journal(worker: Int) -> String { "\(history)/worker-\(worker).journal" }

    /// What the programs of a worker said on their standard error.
    ///
    /// - Parameter worker: from 0.
    package static func programErrors(worker: Int) -> String { "worker-\(worker).stderr" }

    /// The names of the units that a worker's attempts were sold.
    ///
    /// - Parameter worker: from 0.
    package static func names(worker: Int) -> String { "\(history)/worker-\(worker).names" }
}
