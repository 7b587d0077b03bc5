import FlashSale
import Testing

struct SellOutTests {
    private static func win(_ id: Int, purchase: Int, buyer: Int, told: UInt64?, quantity: Int = 1) -> Attempt {
        Attempt(
            id: id, purchase: purchase, buyer: buyer, invokedNanoseconds: 1_000_000_000, returnedNanoseconds: told,
            outcome: .won, quantity: quantity)
    }

    /// Three wins of two purchases of one buyer, and a lost attempt.
    private static let attempts = [
        win(3, purchase: 2, buyer: 1, told: 4_500_000_000), win(1, purchase: 1, buyer: 1, told: 1_500_000_000),
        win(2, purchase: 1, buyer: 1, told: 2_500_000_000),
        Attempt(
            id: 4, purchase: 3, buyer: 2, invokedNanoseconds: 1, returnedNanoseconds: 1_100_000_000, outcome: .soldOut),
    ]

    @Test(
        "the last unit is sold when its buyer is told; a repeated win is none",
        arguments: [
            (1, Idempotency.none, 0.5), (2, .none, 1.5), (3, .none, 3.5), (4, .none, .infinity), (2, .purchase, 3.5),
            (3, .purchase, .infinity), (1, .buyer, 0.5), (2, .buyer, .infinity),
        ])
    func instant(_ units: Int, _ idempotency: Idempotency, _ seconds: Double) {
        #expect(
            SellOut.seconds(
                Self.attempts, units: units, idempotency: idempotency, openedNanoseconds: 1_000_000_000) == seconds)
    }

    @Test("a purchase of several units takes them at once; a time before the opening is none")
    func quantity() {
        let attempts = [Self.win(1, purchase: 1, buyer: 1, told: 1_500_000_000, quantity: 3)]
        let seconds = SellOut.seconds(attempts, units: 3, idempotency: .none, openedNanoseconds: 2_000_000_000)
        #expect(seconds == 0)
    }
}
