import FlashSale
import Testing

/// What follows a hold, and what is in a cart, as text.
struct AfterHoldTests {
    @Test(arguments: [
        ("pay", 1, 0, "pays", "pay"), ("cancel", 0, 1, "cancels", "cancel"),
        ("pay+pay", 2, 0, "pays twice", "pay twice"),
        ("cancel+cancel", 0, 2, "cancels twice", "cancel twice"),
        ("pay+cancel", 1, 1, "pays and cancels", "pay and cancel"), ("nothing", 0, 0, "leaves it", "leave it"),
    ])
    func words(_ text: String, _ pays: Int, _ cancels: Int, _ one: String, _ several: String) throws {
        let after = try #require(AfterHold(text))
        #expect(after == AfterHold(pays: pays, cancels: cancels) && after.description == text)
        #expect(after.words() == one && after.words(several: true) == several)
        #expect(after.places.map(LaterAttempt.phase(ofPlace:)).count { $0 == .pay } == pays)
        #expect(after.places.count == pays + cancels && Set(after.places).count == after.places.count)
    }

    @Test(arguments: ["", "pay+", "pays", "pay+pay+pay", "nothing+pay", "Pay", "pay,cancel"])
    func isNone(_ text: String) { #expect(AfterHold(text) == nil) }

    /// Only what the file says may happen, and what comes alone before what comes twice.
    @Test func menus() {
        func part(_ share: Int, repeated: Int = 0) -> PhasePlan.Part {
            .init(share: share, afterMicroseconds: .init(min: 0, max: 0), repeated: repeated)
        }
        func menu(_ plan: PhasePlan) -> String { plan.menu.map(\.description).joined(separator: " ") }
        #expect(menu(.init(pay: part(10_000))) == "pay")
        #expect(menu(.init(pay: part(6000))) == "pay nothing")
        #expect(menu(.init(pay: part(6000, repeated: 1), cancel: part(4000))) == "pay cancel pay+pay")
        #expect(
            menu(.init(pay: part(6000, repeated: 1), cancel: part(2000, repeated: 1), crossing: 1))
                == "pay cancel pay+pay cancel+cancel pay+cancel nothing")
        #expect(menu(.init(pay: part(0), cancel: part(10_000))) == "cancel")
        #expect(menu(.init(pay: part(10_000), cancel: part(0, repeated: 1), crossing: 5000)) == "pay pay+cancel")
    }

    @Test(arguments: [("1", 1), ("1+2", 2), ("2+1", 2), ("1+1", 2), ("1:2+3", 2)])
    func carts(_ text: String, _ lines: Int) throws {
        let cart = try #require(CartLine.cart(text))
        #expect(cart.count == lines && CartLine.text(of: cart) == text)
    }

    @Test(arguments: ["", "0", "1+", "a", "1:0", "1:", "1:2:3", "-1", "1,2"])
    func isNoCart(_ text: String) { #expect(CartLine.cart(text) == nil) }
}
