internal import FlashSale
internal import Foundation
internal import Reports

/// The files that a pipeline reads. They are red from the start, so that no green one of an earlier command is taken for the
/// result of this one, whatever ends it.
final class GateFiles {
    private let options: GateOptions
    /// The file that findings are pinned to.
    private let place: String
    private var isWritten = false

    init(_ options: GateOptions, place: String) {
        self.options = options
        self.place = place
    }

    /// Carries out a command. What keeps it from a verdict is told in the files, too.
    ///
    /// - Throws: what the command throws; ``RunError`` with 73 or 74 where a file cannot be written.
    func surround(_ body: () throws(RunError) -> ExitStatus) throws(RunError) -> ExitStatus {
        let unfinished = GateReport(problem: "stress did not come to its end", place: place)
        if let problem = writeFiles(unfinished, isFirst: true) { throw problem }
        do throws(RunError) {
            return try body()
        } catch {
            // What was judged says more.
            if !isWritten { write(GateReport(problem: error.message, place: place)) }
            throw error
        }
    }

    /// Writes what came of it: a report on one run, or on all of a series.
    ///
    /// - Returns: why the first missing file could not be written.
    @discardableResult
    func write(
        _ document: ReportDocument, decisive: ReportDocument? = nil, suites: [GateSuite]
    ) -> RunError? {
        write(GateReport(document, decisive: decisive, suites: suites, place: place))
    }

    @discardableResult
    private func write(_ report: GateReport) -> RunError? {
        isWritten = true
        let problem = writeFiles(report, isFirst: false)
        if isWithinGitHub {
            for line in GitHubText.annotations(report) { Terminal.command(line) }
            appendSummary(report)
        }
        return problem
    }

    private func writeFiles(_ report: GateReport, isFirst: Bool) -> RunError? {
        let files: [(path: String?, write: (inout FileSink) -> Void)] = [
            (options.junit, { JUnit.write(report, to: &$0) }),
            (options.markdown, { MarkdownLayout.write(report, to: &$0) }),
            (options.codeQuality, { CodeQuality.write(report, to: &$0) }),
        ]
        var problem: RunError?
        for (path, write) in files {
            // What was written to a pipe cannot be taken back.
            guard let path, !isFirst || isReplaceable(path) else { continue }
            do throws(ReportError) {
                var sink = try FileSink(path: path)
                write(&sink)
                try sink.close()
            } catch {
                problem = problem ?? RunError(error.status, error.description)
            }
        }
        return problem
    }

    private func isReplaceable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    // MARK: GitHub

    private var isWithinGitHub: Bool { !options.ignoresGitHub && Terminal.isWithinGitHub }

    /// The summary of a step belongs to all that the step starts: it is never replaced.
    private func appendSummary(_ report: GateReport) {
        guard let path = ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"], !path.isEmpty else { return }
        var sink = MemorySink()
        MarkdownLayout.write(report, to: &sink)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o644)
        guard descriptor >= 0 else {
            return Terminal.note("the step's summary \(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        do {
            try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: Data(sink.bytes))
        } catch {
            Terminal.note("the step's summary \(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
