package import FlashSale
internal import Host

/// What the user hands to salloc: words that are passed on as they are, but for what we have to know of them.
package struct SlurmArguments: Equatable, Sendable {
    package var words: [String]

    /// - Parameter text: what stands behind `--slurm`, such as `-N3 -n12 --partition=main`.
    /// - Throws: ``RunError`` with 64 for what is no list of options.
    package init(_ text: String) throws(RunError) {
        do throws(ShellWords.Problem) {
            words = try ShellWords.split(text)
        } catch {
            throw RunError(
                .usage,
                "--slurm: wanted options of salloc, such as '-N3 -n12', found \(ForeignText.shown(text)): \(error.message)"
            )
        }
        guard let first = words.first, first.hasPrefix("-"), !words.contains("--") else {
            throw RunError(
                .usage,
                "--slurm: wanted options of salloc, such as '-N3 -n12', and no program, found \(words.isEmpty ? "nothing" : ForeignText.shown(text))"
            )
        }
        for word in words where word == "--no-shell" || word.hasPrefix("--job-name") || word.hasPrefix("-J") {
            throw RunError(
                .usage,
                "--slurm: \(word) cannot be among the options of salloc: stress sets the job's name and keeps the job itself"
            )
        }
    }

    /// How many tasks are asked for, where the options say so: `-n`, or `-N` and `--ntasks-per-node`, or `-N` alone.
    package var tasks: Int? {
        if let tasks = number("-n", "--ntasks") { return tasks }
        guard let nodes = number("-N", "--nodes") else { return nil }
        return nodes * (number(nil, "--ntasks-per-node") ?? 1)
    }

    private func number(_ short: String?, _ long: String) -> Int? {
        var found: Int?
        for (index, word) in words.enumerated() {
            let next = index + 1 < words.count ? words[index + 1] : ""
            if word == short || word == long {
                found = Int(next)
            } else if word.hasPrefix(long + "=") {
                found = Int(word.dropFirst(long.count + 1))
            } else if let short, word.hasPrefix(short), !word.hasPrefix("--") {
                found = Int(word.dropFirst(short.count))
            }
        }
        return found.flatMap { $0 > 0 ? $0 : nil }
    }
}
