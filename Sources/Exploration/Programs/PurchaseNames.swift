internal import FlashSale

/// How those who buy are called in what they are told: by numbers that no stock has.
struct PurchaseNames: Sendable {
    /// Whether all purchases are one buyer's.
    var isOneBuyer: Bool
    /// Says who they are where it is given.
    var file: SaleFile?

    private static var firstBuyer: Int { 101 }
    private static var firstPurchase: Int { 501 }

    func buyer(of purchase: Int) -> String {
        guard let file else { return String(Self.firstBuyer + (isOneBuyer ? 0 : purchase)) }
        return String(
            Scenario.buyer(ofPurchase: file.number(ofPurchase: purchase), purchasesPerBuyer: file.purchasesPerBuyer))
    }

    func purchase(_ purchase: Int) -> String {
        String(file?.number(ofPurchase: purchase) ?? Self.firstPurchase + purchase)
    }

    func filled(_ text: String, purchase: Int) -> String {
        Placeholders.fill(text, ["buyer": buyer(of: purchase), "purchase": self.purchase(purchase)])
    }

    /// For each of so many purchases the numbers that stand for it, for ``Phrase``. What several share stands for nobody.
    func phrases(purchases: Int) -> [[[UInt8]]] {
        (0..<purchases).map { purchase in
            ((isOneBuyer ? [] : [buyer(of: purchase)]) + [self.purchase(purchase)] + attempts(of: purchase))
                .map { Array($0.utf8) }
        }
    }

    private func attempts(of purchase: Int) -> [String] {
        guard let file else { return [] }
        return (1...file.attempts).map { number in
            String(
                Scenario.attemptID(
                    purchase: file.number(ofPurchase: purchase), number: number, attempts: file.attempts))
        }
    }

    /// The purchase that a number in the ledger stands for; nil for nobody's.
    func purchase(named text: String, of purchases: Int) -> Int? {
        (0..<purchases).first { purchase(whose: text, is: $0) }
    }

    private func purchase(whose text: String, is purchase: Int) -> Bool {
        let numbers = text.split { !$0.isNumber }.map(String.init)
        return numbers.contains(self.purchase(purchase)) || (!isOneBuyer && numbers.contains(buyer(of: purchase)))
    }
}
