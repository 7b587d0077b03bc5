import FlashSale
import Testing

/// Against the sums of exact binomial chances, solved in another language, and 1 − 0.05^(1/n) where there was no hit.
@Suite struct BinomialBoundsTests {
    @Test(
        arguments: [
            (0, 1, 0, 0.95), (0, 10, 0, 0.258866), (0, 300, 0, 0.009936), (0, 1000, 0, 0.002991),
            (1, 10, 0.002529, 0.445016), (3, 300, 0.002067, 0.028944), (5, 10, 0.187086, 0.812914),
            (299, 300, 0.981569, 0.999916),
            (10, 10, 0.741134, 1), (1, 1, 0.05, 1), (500, 1000, 0.468549, 0.531450),
        ] as [(Int, Int, Double, Double)])
    func bounds(hits: Int, trials: Int, low: Double, high: Double) {
        let bounds = BinomialBounds(hits: hits, trials: trials)
        #expect(abs(bounds.low - low) < 2e-6 && abs(bounds.high - high) < 2e-6, "\(bounds)")
    }
}
