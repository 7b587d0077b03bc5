/// The numbers of purchases, buyers and attempts: all follow from each other, so that no thread has to ask another.
///
/// Public and inlined, since they are needed for every attempt.
public enum Numbering {
    /// The id of a purchase's attempt: unique in the whole fleet without any coordination.
    ///
    /// - Parameters:
    ///   - number: of the attempt, from 1.
    ///   - purchase: from 1.
    ///   - attempts: the most that a purchase makes.
    @inlinable
    @inline(__always)
    public static func attempt(_ number: Int, ofPurchase purchase: Int, attempts: Int) -> Int {
        (purchase &- 1) &* attempts &+ number
    }

    /// The buyer who makes a purchase. The purchases of one buyer have consecutive numbers.
    ///
    /// - Parameter purchase: from 1.
    @inlinable
    @inline(__always)
    public static func buyer(ofPurchase purchase: Int, purchasesPerBuyer: Int) -> Int {
        // Most buyers make one, and a division is dear.
        purchasesPerBuyer == 1 ? purchase : (purchase &- 1) / purchasesPerBuyer &+ 1
    }
}
