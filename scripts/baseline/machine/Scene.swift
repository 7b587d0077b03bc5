import FlashSale
import Strategies

/// One attempt's replies, in the order in which they come.
struct Scene {
    let name: String
    let yaml: String
    let replies: [Reply]

    static let all = [
        Scene(name: "decr-only", yaml: decrement, replies: [reply { $0.append(.integer, integer: 41) }]),
        Scene(
            name: "lua", yaml: BuiltinStrategies.yaml(named: "lua")!,
            replies: [reply { $0.append(.integer, integer: 41) }]),
        Scene(
            name: "optimistic", yaml: BuiltinStrategies.yaml(named: "optimistic")!,
            replies: [ok, reply { $0.append(.string, "42") }, ok, queued, queued, executed]),
    ]
}

private func reply(_ fill: (inout Reply) -> Void) -> Reply {
    var reply = Reply()
    fill(&reply)
    return reply
}

private let decrement = """
    strategy: decr-only
    keys: { stock: "{sale}:stock" }
    open: [ "SET {stock} {units}" ]
    buy:
      - send: DECR {stock}
        outcomes:
          - { when: ">= 0", then: won, remaining: reply }
          - { when: "< 0", then: sold-out }
    stock: GET {stock}
    close: [ "DEL {stock}" ]
    """

private let ok = reply { $0.append(.status, "OK") }
private let queued = reply { $0.append(.status, "QUEUED") }
private let executed = reply {
    $0.append(.array, integer: 2)
    $0.append(.status, "OK")
    $0.append(.integer, integer: 1)
}
