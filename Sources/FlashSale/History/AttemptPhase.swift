/// Which part of its purchase an attempt is. A purchase that does not take its time has one part only.
@frozen
public enum AttemptPhase: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// It buys, or puts units on hold.
    case reserve = 0
    /// It pays for what is on hold.
    case pay = 1
    /// It gives back what is on hold.
    case cancel = 2

    /// The word that CSV files and strategy files use.
    package var word: String {
        switch self {
        case .reserve: "reserve"
        case .pay: "pay"
        case .cancel: "cancel"
        }
    }
}
