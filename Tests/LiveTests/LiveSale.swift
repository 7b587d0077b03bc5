import FlashSale
import Live
import Reports

/// A run as a page sees it.
enum LiveSale {
    static let scenario = Scenario(
        strategy: .init(name: "</script><b>&\"\u{202E}", yaml: ""), units: 100, buyers: 400, procs: 1, threads: 1)

    static func progress(_ seconds: Double, sold: Int = 10) -> RunProgress {
        RunProgress(elapsedSeconds: seconds, attempts: 40, won: sold, purchases: 30, unitsSold: sold)
    }

    static let document = ReportDocument(verdict: .violated, headline: "Two buyers have unit 7.", sections: [])
}
