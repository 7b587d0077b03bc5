package import FlashSale
internal import Glibc

/// A journal cannot be created or cannot grow.
package struct JournalError: Error, CustomStringConvertible {
    package enum Step: Sendable {
        case create, grow
    }

    package var step: Step
    package var path: String
    package var code: Int32
    /// Whether it has a name that the user chose, and not only a folder for what passes.
    private let hasName: Bool

    init(_ step: Step, path: String, hasName: Bool, errno: Int32) {
        self.step = step
        self.path = path
        self.hasName = hasName
        code = errno
    }

    package var description: String {
        let reason = String(cString: strerror(code))
        let journal = hasName ? "the journal \(path)" : "the journal in the folder \(path)"
        return switch step {
        case .create: "\(journal) cannot be created: \(reason)" + (hasName ? "" : "; \(folderAdvice)")
        case .grow: "\(journal) cannot grow: \(reason); \(advice)"
        }
    }

    private var advice: String {
        switch code {
        case EFBIG: "raise the limit on the size of files (ulimit -f), or start fewer threads"
        case ENOMEM: "start fewer threads, or raise the limit on memory (ulimit -v)"
        default: hasName ? "make room, or name another folder with --output" : folderAdvice
        }
    }

    private var folderAdvice: String { "make room there, or let TMPDIR name another folder" }

    package var status: ExitStatus {
        if code == ENOMEM { return .unavailable }
        return step == .create ? .cannotCreate : .cannotWrite
    }
}
