import Shop
import Strategies
import Testing

/// Which strategies may give a key of theirs a time to live, so that a server that evicts only such keys may evict it.
struct TimeToLiveTests {
    @Test(
        arguments: [
            ("SET {stock} {units}", false), ("SET {stock} {units} NX", false), ("SET {stock} EX", false),
            ("SET {stock} {units} EX 100", true), ("SET {stock} {units} nx px 100", true),
            ("SETEX {stock} 100 {units}", true), ("GETEX {stock} PX 5", true),
        ])
    func commands(_ open: String, _ mayGive: Bool) throws {
        let strategy = try StrategyFile.parse(
            """
            strategy: timed
            summary: a stock
            keys: { stock: "{sale}:stock" }
            open: [ "\(open)" ]
            buy:
              - send: DECR {stock}
                outcomes:
                  - { when: any, then: won }
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """, file: "timed.yaml")
        #expect(strategy.mayGiveTimeToLive == mayGive)
    }

    @Test(arguments: [("lua", false), ("optimistic", false), ("decr", false), ("lock-expires", true)])
    func builtins(_ name: String, _ mayGive: Bool) throws {
        let strategy = try StrategyFile.parse(BuiltinStrategies.yaml(named: name) ?? "", file: name)
        #expect(strategy.mayGiveTimeToLive == mayGive)
    }
}
