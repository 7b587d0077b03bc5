package import FlashSale
internal import Glibc

/// Why a report could not be written.
package enum ReportError: Error, Equatable, CustomStringConvertible {
    /// There can be no such file there: no permission, no such folder, or a folder of that name.
    case cannotCreate(path: String, reason: String)
    /// The device is full, over its quota, or broken.
    case cannotWrite(path: String, reason: String)

    package var status: ExitStatus {
        switch self {
        case .cannotCreate: .cannotCreate
        case .cannotWrite: .cannotWrite
        }
    }

    package var description: String {
        switch self {
        case .cannotCreate(let path, let reason): "\(path) cannot be created: \(reason)"
        case .cannotWrite(let path, let reason): "\(path) could not be written: \(reason)"
        }
    }

    /// The error for a file that could not be opened or put in its place. A full or broken device is the same problem
    /// whichever call meets it.
    static func creating(_ path: String, _ code: CInt) -> ReportError {
        switch code {
        case ENOSPC, EDQUOT, EIO: writing(path, code)
        default: .cannotCreate(path: path, reason: String(cString: strerror(code)))
        }
    }

    static func writing(_ path: String, _ code: CInt) -> ReportError {
        .cannotWrite(path: path, reason: String(cString: strerror(code)))
    }
}
