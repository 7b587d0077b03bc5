/// How the process that was started ended.
package enum ServiceEnding: Sendable, Equatable, CustomStringConvertible {
    case status(Int32)
    case signal(Int32)

    /// As ``word`` has it.
    init(word: Int32) { self = word < 256 ? .status(max(0, word)) : .signal(word - 256) }

    var word: Int32 {
        switch self {
        case .status(let status): status
        case .signal(let signal): 256 + signal
        }
    }

    package var description: String {
        switch self {
        case .status(let status): "exit status \(status)"
        case .signal(let signal): "signal \(signal)"
        }
    }
}
