import Foundation
import Reports

/// The records of the tests' runs, kept where `scripts/test` validates all of them against `schema/run.schema.json` afterwards.
enum KeptRecords {
    /// nil where nobody asks for them.
    private static let folder = ProcessInfo.processInfo.environment["STRESS_KEEP_RECORDS"]

    /// Keeps the `run.json` of these folders, as far as they have one. One that a test has damaged is not ours to vouch for.
    static func keep(resultsIn folders: [String]) {
        for run in folders {
            if let bytes = FileManager.default.contents(atPath: run + "/explore.json") {
                if (try? ExplorationJSON.record(from: Array(bytes))) != nil {
                    keep(bytes, named: (run as NSString).lastPathComponent)
                }
                continue
            }
            guard folder != nil, let bytes = FileManager.default.contents(atPath: run + "/run.json"),
                let record = try? RunJSON.record(from: Array(bytes)), RunJSON.isAsWritten(record, Array(bytes)) != false
            else { continue }
            keep(bytes, named: (run as NSString).lastPathComponent)
        }
    }

    /// Keeps what a command has printed as JSON.
    static func keep(output: String, of arguments: [String]) {
        guard let command = arguments.first, ["run", "verify", "explore"].contains(command), arguments.contains("json"),
            output.first == "{"
        else { return }
        keep(Data(output.utf8), named: "\(command)-output")
    }

    private static func keep(_ bytes: Data, named name: String) {
        guard let folder, (try? JSONSerialization.jsonObject(with: bytes)) != nil else { return }
        try? bytes.write(to: URL(filePath: "\(folder)/\(name)-\(UUID().uuidString).json"))
    }
}
