/// What the keeper of a service tells, one line each.
enum ServiceKeeperMessage: Equatable {
    /// The service's process id. It may not listen yet.
    case started(Int32)
    /// The process that was started has ended; others that it started may live on.
    case ended(ServiceEnding)
    /// It could not be started: the system's number.
    case failed(Int32)

    var line: String {
        switch self {
        case .started(let process): "started \(process)\n"
        case .ended(let ending): "ended \(ending.word)\n"
        case .failed(let number): "failed \(number)\n"
        }
    }

    /// Reads a line without its end.
    init?(line: String) {
        let words = line.split(separator: " ")
        guard words.count == 2, let number = Int32(words[1]) else { return nil }
        switch words[0] {
        case "started": self = .started(number)
        case "ended": self = .ended(ServiceEnding(word: number))
        case "failed": self = .failed(number)
        default: return nil
        }
    }
}
