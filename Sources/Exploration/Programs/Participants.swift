internal import FlashSale

/// Those who make purchases, be they programs or requests to a service.
protocol Participants: AnyObject {
    /// The slot of the proxy at which the commands of a purchase come.
    func slot(of purchase: Int) -> Int
    /// Whether a purchase begins only once the one before it waits, so that it is known whose a command is.
    var beginOneByOne: Bool { get }
    /// Whether those who buy share memory, which no command shows.
    var shareMemory: Bool { get }
    /// Whether what makes a purchase lives no longer than that.
    var endsWithPurchases: Bool { get }

    /// What has ended by itself though it was to serve many purchases, and how, in words for the user; nil where nothing has.
    func ended() -> String?
    /// Starts again what has ended, be it by itself or because it was killed.
    func revive() throws(RunError)

    /// Makes ready for as many purchases.
    func prepare(purchases: Int) throws(RunError)
    /// Has a purchase begin.
    func begin(_ purchase: Int) throws(RunError)
    /// What may be readable, for whoever waits.
    var descriptors: [Int32] { get }
    /// CLOCK_MONOTONIC at which ``answers()`` is to be called though nothing is readable; nil for never.
    var nextTimer: UInt64? { get }
    /// How many questions were asked for purchases that are under way.
    var questions: Int { get }
    /// How those purchases ended that have ended since the last call.
    ///
    /// - Parameter steps: that were taken so far.
    func answers(after steps: Int) throws(RunError) -> [(purchase: Int, answer: ProgramAnswer)]

    /// All attempts of a purchase, with steps as times; nil where it is not known of attempts, and flags say what the answer means.
    ///
    /// - Parameter steps: the places of those that were commands of the purchase.
    func attempts(of purchase: Int, steps: [Int]) -> [Attempt]?

    /// The processes in which a purchase may go on; of all where none is given.
    func processes(of purchase: Int?) -> [Int32]
    /// Ends at once what is left of the purchases. What has to be let go on to end is left to end by itself.
    ///
    /// - Returns: whether everything has ended.
    func endPurchases() -> Bool
    /// Ends, and starts again, what does not answer any more.
    func startAgain(_ purchases: [Int]) throws(RunError)
    /// Kills at once what makes a purchase, and whatever else is made by the same processes; it is not started again before the next
    /// execution.
    func kill(_ purchase: Int) throws(RunError)
    /// The last words of what was started, for messages.
    var lastWords: String { get }
    /// Ends everything that was started.
    func stop()
}

extension Participants {
    /// The slots of so many purchases.
    func slots(of purchases: Int) -> Set<Int> { Set((0..<purchases).map(slot)) }

    func attempts(of purchase: Int, steps: [Int]) -> [Attempt]? { nil }
}

extension Participants {
    /// A purchase is one question.
    var questions: Int { 0 }
}
