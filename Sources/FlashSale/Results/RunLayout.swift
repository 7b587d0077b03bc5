/// Where the files are that a run leaves, within its folder.
package enum RunLayout {
    package static let record = "run.json"
    package static let ledger = "ledger.csv"
    /// The folder of the workers' journals.
    package static let history = "history"

    /// - Parameter worker: from 0.
    package static func journal(worker: Int) -> String { "\(history)/worker-\(worker).journal" }
}
