internal import FlashSale
internal import Foundation
internal import Recordings
internal import Reports

/// What `--baseline` names: runs that are there, or a comparison that was made before.
struct ComparedBaseline {
    static let fileName = "compare.json"

    private let path: String
    /// Each by the name of its strategy.
    private let subjects: [ComparisonSubject]
    let findings: [String]

    /// The fewest runs of one of its strategies.
    var fewestRuns: Int { subjects.map(\.completeRuns).min() ?? 0 }

    /// - Throws: ``RunError`` with 64 for what cannot be read.
    init(_ path: String) throws(RunError) {
        self.path = path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw RunError(
                .usage,
                "--baseline: there is no \(path); a run's folder, a folder of runs, or a \(Self.fileName) is wanted")
        }
        let file = isFolder.boolValue ? "\(path)/\(Self.fileName)" : path
        var runs: [ComparisonRun]
        if !isFolder.boolValue || FileManager.default.fileExists(atPath: file) {
            runs = try Self.comparison(file).subjects.flatMap(\.runs)
            findings = []
        } else {
            do throws(RunError) {
                let folder = try ComparedFolder(path)
                (runs, findings) = (folder.runs, folder.findings)
            } catch {
                throw RunError(error.status, "--baseline: \(error.message)")
            }
        }
        let byStrategy = Dictionary(grouping: runs, by: \.strategy)
        subjects = byStrategy.keys.sorted().map { ComparisonSubject($0, byStrategy[$0] ?? []) }
        guard !subjects.isEmpty else { throw RunError(.usage, "--baseline: \(path) has no runs") }
        for subject in subjects {
            for run in subject.runs.dropFirst() {
                try ComparedSubject.refuse(
                    "--baseline: \(subject.name)", subject.runs[0].load, "another run of it", run.load)
            }
        }
    }

    private static func comparison(_ file: String) throws(RunError) -> ComparisonRecord {
        let bytes: [UInt8]
        do throws(InputProblem) {
            bytes = try SmallInput.bytes(of: file, limit: RunLayout.recordLimit)
        } catch {
            throw RunError(.usage, "--baseline: a \(fileName) is wanted, and \(file) \(error.reason)")
        }
        do throws(RunJSONDamage) {
            return try ComparisonJSON.record(from: bytes)
        } catch {
            throw RunError(
                .usage, "--baseline: \(file) is no \(fileName), as stress compare writes it: \(error)")
        }
    }

    /// The one that a subject is held against: of its strategy, or the only one that there is.
    private func match(_ subject: ComparedSubject) -> ComparisonSubject? {
        subjects.first { $0.name == subject.strategyName } ?? (subjects.count == 1 ? subjects[0] : nil)
    }

    /// For each subject what it is held against.
    func matching(_ compared: [ComparedSubject]) -> [ComparisonSubject] { compared.compactMap(match) }

    /// - Throws: ``RunError`` with 64 where the baseline has no runs of a subject's strategy, or of another load.
    func refuseOtherLoads(_ compared: [ComparedSubject]) throws(RunError) {
        for subject in compared {
            guard let match = match(subject) else {
                throw RunError(
                    .usage,
                    "--baseline: \(path) has runs of \(subjects.map(\.name).joined(separator: ", ")), and none of \(subject.strategyName); name a baseline that has"
                )
            }
            try ComparedSubject.refuse(subject.name, subject.load, "its baseline", match.runs.first?.load ?? [])
        }
    }
}
