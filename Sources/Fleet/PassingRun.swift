internal import FlashSale
internal import Foundation
internal import Host
internal import Strategies

/// A small run on a private server that is judged at once, and of which nothing stays.
struct PassingRun {
    var completed: CompletedRun
    var verdict: Verdict

    /// Makes it. To be called on the main thread.
    ///
    /// - Throws: ``RunError`` with 130 if somebody asked to stop, and where it could not be made.
    init(_ scenario: Scenario, _ strategy: Strategy, executable: String) throws(RunError) {
        let parent = try Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: parent) }
        let started = Date()
        let folder = try RunFolder(parent: parent, strategy: "passing", started: started)
        completed = try Coordinator(
            scenario: scenario, strategy: strategy, place: .embedded, folder: folder,
            run: RunID(startingAtSeconds: Int(started.timeIntervalSince1970)).text, executable: executable,
            showProgress: { _ in }
        ).run()
        try Interruption.check()
        if let problem = completed.failure ?? completed.mistake { throw problem }
        verdict = Judging.verdict(completed.facts)
    }

    /// Beside those of private servers.
    private static func temporaryFolder() throws(RunError) -> String {
        let parent = FileManager.default.temporaryDirectory.path
        var template = Array("\(parent)/stress-passing-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw RunError(.cannotCreate, "no folder can be made in \(parent): \(String(cString: strerror(errno)))")
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
