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

    init(_ step: Step, path: String, errno: Int32) {
        self.step = step
        self.path = path
        code = errno
    }

    package var description: String {
        let reason = String(cString: strerror(code))
        return switch step {
        case .create: "the journal \(path) cannot be created: \(reason)"
        case .grow: "the journal \(path) cannot grow: \(reason); \(advice)"
        }
    }

    private var advice: String {
        switch code {
        case EFBIG: "raise the limit on the size of files (ulimit -f), or start fewer threads"
        case ENOMEM: "start fewer threads, or raise the limit on memory (ulimit -v)"
        default: "make room, or name another folder with --output"
        }
    }

    package var status: ExitStatus {
        if code == ENOMEM { return .unavailable }
        return step == .create ? .cannotCreate : .cannotWrite
    }
}
