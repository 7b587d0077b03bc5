internal import ArgumentParser
internal import FlashSale
internal import Reports

/// The flags for pipelines: what is asked of a run beside its verdict, and which files tell what came of it.
struct GateOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Ask for more than the verdict: sold>=99%, p99<5ms, undersell=0, inconclusive=fail. Separated by commas; may be repeated. Exit code 1 where one is not met. See docs/ci.md.",
            valueName: "threshold,…"))
    var require: [String] = []

    @Option(help: ArgumentHelp("Write what came of it as JUnit XML.", valueName: "file"), completion: .file())
    var junit: String?

    @Option(help: ArgumentHelp("Write a summary for a pull request.", valueName: "file"), completion: .file())
    var markdown: String?

    @Option(
        help: ArgumentHelp("Write what is not good as GitLab's code-quality report.", valueName: "file"),
        completion: .file())
    var codeQuality: String?

    @Flag(help: "Print the verdict and the evidence only.")
    var quiet = false

    @Flag(
        name: .customLong("no-github"),
        help: "Within GitHub Actions, add nothing to the step's summary, and no annotations to its log.")
    var ignoresGitHub = false

    func validate() throws {
        _ = try parsed()
        let files = [("--junit", junit), ("--markdown", markdown), ("--code-quality", codeQuality)]
        for (flag, file) in files where file?.isEmpty == true {
            throw ValidationError("\(flag): a file is wanted; found nothing")
        }
        for (index, (flag, file)) in files.enumerated() {
            guard let file, let other = files[..<index].first(where: { $0.1 == file }) else { continue }
            throw ValidationError("\(other.0) and \(flag): two files are wanted; found \(file) twice")
        }
    }

    /// Those of the flags, in their order. validate() has read them once, so they cannot be wrong here.
    var thresholds: [Threshold] { (try? parsed()) ?? [] }

    /// Those of the strategy file, and those of the flags that it does not have.
    func thresholds(beside own: [Threshold]) -> [Threshold] {
        (own + thresholds).reduce(into: []) { all, next in
            if !all.contains(where: { $0.text == next.text }) { all.append(next) }
        }
    }

    private func parsed() throws -> [Threshold] {
        try require.flatMap { text in
            do throws(ThresholdProblem) {
                return try ThresholdParser.thresholds(text)
            } catch {
                throw ValidationError("--require: \(error)")
            }
        }
    }
}
