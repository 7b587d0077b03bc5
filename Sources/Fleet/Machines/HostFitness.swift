/// Whether a machine can run our program, in words for the user where it cannot: what a host's answer means, without the host's name in
/// front and without the end of a sentence.
struct HostFitness: Sendable {
    var image: BinaryImage
    /// What our own program says to `--version`.
    var version: String

    /// What is wrong with a machine before anything is sent; nil where nothing is.
    func problem(before answer: HostAnswer) -> String? {
        if let problem = Self.failure(answer) { return problem }
        guard answer.isWhole else { return Self.cutShort }
        guard answer.system == "Linux", answer.machine == image.machine else {
            return "it is \(answer.system) on \(answer.machine), and this stress is for Linux on \(image.machine); "
                + "name one that is there with --remote-binary"
        }
        if let problem = problem(libc: answer.libc) { return problem }
        let missing = ["sha256sum", "mkdir", "mv", "rm", "chmod"].filter { !answer.tools.contains($0) }
        guard missing.isEmpty else {
            return "it lacks \(missing.joined(separator: ", ")), which sending our program there takes; "
                + "install what is missing, or name a program that is there with --remote-binary"
        }
        return answer.hasProgram ? problem(version: answer) : nil
    }

    /// What is wrong after our program was sent; nil where nothing is.
    func problem(after answer: HostAnswer) -> String? {
        if let problem = Self.failure(answer) { return problem }
        guard answer.isWhole, answer.hasProgram else { return Self.cutShort }
        return problem(version: answer)
    }

    /// What is wrong with a program that the user named; nil where nothing is.
    func problem(of path: String, in answer: HostAnswer) -> String? {
        if let problem = Self.failure(answer) { return problem }
        guard answer.isWhole else { return Self.cutShort }
        guard answer.hasProgram else { return "there is no program \(path) there, which --remote-binary names" }
        return problem(version: answer)
    }

    private static let cutShort =
        "its shell did not do what any POSIX shell does: the answer to our questions is cut short"

    private func problem(libc: String) -> String? {
        guard let needed = image.glibc else { return nil }
        let words = libc.split(separator: " ")
        if libc.lowercased().contains("musl") {
            return
                "its C library is musl, and this stress is for glibc \(needed) or newer; name one that is for musl with "
                + "--remote-binary"
        }
        guard words.first == "glibc", let found = words.dropFirst().first.flatMap({ BinaryImage.GlibcVersion($0) }),
            found < needed
        else { return nil }
        return
            "its C library is glibc \(found), and this stress needs \(needed) or newer; name one that was built for such a "
            + "system with --remote-binary"
    }

    private func problem(version answer: HostAnswer) -> String? {
        guard let (code, text) = answer.version else { return Self.cutShort }
        if code == 0 {
            return text == version
                ? nil
                : "the stress there is version \(Self.short(text)), and this one is \(version); both have to be the same"
        }
        if let library = Self.word(in: text, after: "error while loading shared libraries: ", until: "\n") {
            return
                "a library of our program cannot be loaded there: \(Self.short(library)); a stress that scripts/package made brings "
                + "Swift's own, others (hiredis, libcurl) have to be installed there"
        }
        if let name = Self.word(in: text, after: "version `GLIBC_", until: "'") {
            return
                "its C library is too old for this stress, which needs glibc \(name); name one that was built for such a system "
                + "with --remote-binary"
        }
        let reason = text.isEmpty ? "nothing was said" : Self.short(text)
        if code == 126 {
            return "our program may not be run there (\(reason)): is its folder mounted noexec, or of another machine?"
        }
        return "our program does not start there (exit code \(code)): \(reason)"
    }

    private static func failure(_ answer: HostAnswer) -> String? {
        guard let (step, text) = answer.failure else { return nil }
        let folder = answer.folder.isEmpty ? "its folder" : answer.folder
        let said = text.isEmpty ? "" : ": \(short(text))"
        if text.contains("No space left") || text.contains("quota") {
            return
                "there is no space for our program in \(folder)\(said); make room, or name another place in XDG_CACHE_HOME there"
        }
        switch step {
        case "tools": return "its shell lacks what POSIX wants of it (dd, printf)"
        case "home":
            return "neither HOME nor XDG_CACHE_HOME is a folder there, so that there is no place for our program"
        case "folder", "move",
            "write" where ["denied", "Read-only"].contains(where: text.contains):
            return
                "our program cannot be written there, into \(folder)\(said); make that possible, or name another place in "
                + "XDG_CACHE_HOME there, or a program that is there with --remote-binary"
        case "whole": return "what came there is not what was sent: its SHA-256 differs"
        default: return "our program cannot be kept there, in \(folder)\(said)"
        }
    }

    private static func word(in text: String, after start: String, until end: Character) -> String? {
        text.firstRange(of: start).map { String(text[$0.upperBound...].prefix { $0 != end }) }
    }

    private static func short(_ text: String) -> String { String(text.prefix(300)).trimmingBlanks }
}

extension String {
    var trimmingBlanks: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
