import FlashSale
import Testing

/// With `idempotent:`, an operation is judged by what it took: repeated calls are not "each once" where units are missing.
struct RepeatedCallTests {
    private static let check = CheckName.oneUnitPerPurchase

    private static let cases = [
        ServedCase("a repeated call that took nothing", check, .notApplicable) { sale in
            sale.idempotency = .purchase
            sale.keeps = nil
            sale.lose(1, takes: true)
            sale.call(1, .won, 300, 400, number: 2, isSilent: true, takes: false)
        },
        ServedCase("the same where the first call took nothing", check, .notApplicable) { sale in
            sale.idempotency = .purchase
            sale.keeps = nil
            sale.lose(1, takes: false)
            sale.call(1, .won, 300, 400, number: 2, isSilent: true)
        },
        ServedCase("a call and its repetition that took one unit each", check, .inconclusive, isOtherwiseWrong: true) {
            sale in
            sale.idempotency = .purchase
            sale.keeps = nil
            sale.lose(1, takes: true)
            sale.call(1, .won, 300, 400, number: 2, isSilent: true)
        },
        ServedCase("all calls of a buyer, which took one unit each", check, .inconclusive, isOtherwiseWrong: true) {
            sale in
            sale.idempotency = .buyer
            sale.keeps = nil
            sale.call(1, .won, 100, 200, isSilent: true)
            sale.call(2, .won, 300, 400, isSilent: true)
        },
        ServedCase("all calls of a buyer, of which one took a unit", check, .upheld) { sale in
            sale.idempotency = .buyer
            sale.keeps = nil
            sale.call(1, .won, 100, 200, isSilent: true)
            sale.call(2, .won, 300, 400, isSilent: true, takes: false)
        },
        ServedCase("a unit that is gone, where nobody asked twice", check, .notApplicable, isOtherwiseWrong: true) {
            sale in
            sale.idempotency = .purchase
            sale.keeps = nil
            sale.call(1, .won, 100, 200)
            sale.vanished = 1
        },
    ]

    @Test("a repeated call is asked first where a unit is missing", arguments: cases)
    func judged(_ served: ServedCase) throws { try served.judge() }
}
