internal import FlashSale
internal import Foundation
internal import Recordings
internal import Reports

/// The `run.json` of a folder that the user names.
enum RecordOfRun {
    /// The record, and whether it is as the run wrote it, as far as it tells.
    ///
    /// - Parameter instead: what else a file could be for; goes on after what is wanted.
    /// - Throws: ``RunError`` with 64 if there is none, or none that can be read.
    static func read(in folder: String, instead: String = "") throws(RunError) -> (RunRecord, isAsWritten: Bool?) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
            throw RunError(
                .usage, "there is no folder \(folder); the folder of a run is wanted, such as results/latest")
        }
        guard isFolder.boolValue else {
            throw RunError(.usage, "\(folder) is a file; the folder of a run is wanted\(instead)")
        }
        let path = folder + "/" + RunLayout.record
        let bytes: [UInt8]
        do throws(InputProblem) {
            bytes = try SmallInput.bytes(of: path, limit: RunLayout.recordLimit)
        } catch {
            throw RunError(
                .usage, "\(path) \(error.reason); the folder of a run is wanted, such as results/latest")
        }
        do throws(RunJSONDamage) {
            let record = try RunJSON.record(from: bytes)
            guard record.scenario.isPlausible else {
                throw RunJSONDamage("its scenario has numbers that no run has")
            }
            return (record, RunJSON.isAsWritten(record, bytes))
        } catch {
            throw RunError(.usage, "\(path): \(error)")
        }
    }
}
