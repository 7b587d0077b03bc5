internal import FlashSale
internal import Yams

/// What a run has to reach beside its verdict.
extension StrategyFileParser {
    /// `require: sold>=99%, p99<5ms`, or a list of such texts.
    func thresholds(_ node: Node) throws(StrategyFileError) -> [Threshold] {
        guard case .sequence(let items) = node else { return try thresholds(of: node) }
        guard !items.isEmpty else {
            throw reader.error("require: a threshold is wanted, such as sold>=99%; found an empty list", node)
        }
        var thresholds: [Threshold] = []
        for item in items { thresholds += try self.thresholds(of: item) }
        guard thresholds.count <= ThresholdParser.limit else {
            throw reader.error(
                "require: at most \(ThresholdParser.limit) thresholds are wanted; found \(thresholds.count)", node)
        }
        return thresholds
    }

    private func thresholds(of node: Node) throws(StrategyFileError) -> [Threshold] {
        let text = try reader.text(node, "require")
        do throws(ThresholdProblem) {
            return try ThresholdParser.thresholds(text)
        } catch {
            throw reader.error("require: \(error.message)", node)
        }
    }
}
