internal import FlashSale
internal import RedisDriver
internal import Shop

/// What a run removes from a server that is not its own.
extension Coordinator {
    /// Removes the sale's keys, and those of the warm-up where a straggler may have made some again.
    func removeKeys(_ sale: inout Sale, _ workers: [WorkerProcess]) -> [Finding] {
        var findings: [Finding] = []
        let problem = sale.close(withinMilliseconds: patienceMilliseconds)
        if let problem { findings.append(keysLeft("this run (\(saleTag))", because: problem, on: sale.endpoint)) }
        // A server that does not answer is not asked for more.
        if workers.brokenOffInWarmUp > 0,
            let problem = problem ?? sale.sweep(tag: warmUpTag, withinMilliseconds: patienceMilliseconds)
        {
            findings.append(keysLeft("the warm-up (\(warmUpTag))", because: problem, on: sale.endpoint))
        }
        return findings
    }

    func keysLeft(_ whose: String, because problem: String, on endpoint: RedisEndpoint?) -> Finding {
        guard let endpoint else {
            return Finding(.keysLeft, "What close: says could not all be done: \(problem).")
        }
        return Finding(
            .keysLeft,
            "Keys of \(whose) may be left on the server: \(problem). What is left is removed by: "
                + "stress clean \(endpoint.cleanFlags) --yes")
    }
}
