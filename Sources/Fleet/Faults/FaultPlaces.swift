package import FlashSale
package import Strategies

/// What can be broken where.
package enum FaultPlaces {
    /// - Parameters:
    ///   - topology: of the private servers, where there are several.
    ///   - allowsDestructive: whether others on a server of the user's may feel it.
    /// - Returns: why a fault cannot be carried out, in words that say what to do; nil where it can.
    package static func problem(
        of fault: Fault, _ strategy: Strategy, _ place: Coordinator.Place, topology: Topology? = nil,
        allowsDestructive: Bool
    ) -> String? {
        let description = fault.kind.description
        switch description.place {
        case .server:
            if fault.kind == .killConnections, case .starting(let start, _) = place, start.namesRedis { return nil }
            guard strategy.usesServer else {
                return "the sale of \(strategy.name) is not in a Redis of the run, so there is no server to break"
            }
            if let problem = problem(of: fault.kind, in: strategy) { return problem }
            if topology != nil, needsOneServer.contains(fault.kind) {
                return "that is done to a single private server; with --topology use crash-primary or freeze-primary"
            }
            if fault.kind == .busyScript, fault.lengthNanoseconds ?? 0 > BusyScript.longestNanoseconds {
                return "a script of up to \(BusyScript.longestNanoseconds / 1_000_000_000)s is possible"
            }
            guard case .server = place else { return nil }
            if description.needsOwn {
                return "that is done only to a private server; leave --redis (and STRESS_REDIS_URL) out"
            }
            if description.hurtsOthers, !allowsDestructive {
                return "others on that server would feel it, too; add --allow-destructive if nobody else needs it"
            }
            return nil
        case .topology:
            guard strategy.usesServer else {
                return "the sale of \(strategy.name) is not in a Redis of the run, so there is no primary to break"
            }
            return problem(of: fault.kind, on: topology)
        case .wire:
            if strategy.buysByProgram {
                return "buyers are programs, whose connections the run does not have; start them through stress proxy"
            }
            if case .starting(let start, _) = place, start.namesRedis { return nil }
            return strategy.usesServer
                ? nil
                : "buyers ask a service, whose connections to Redis the run does not have; use lose-answers, or let the run start the service with {redis} (service: { start: [...] })"
        case .answers:
            return strategy.asksService && !strategy.usesServer && !strategy.buysByProgram
                ? nil : "buyers of \(strategy.name) ask no service; use lose-replies"
        case .fleet: return nil
        case .service:
            if case .starting = place { return nil }
            return "only a service that the run starts can be broken: give service: { start: [...] } in the file"
        }
    }

    private static let needsOneServer: [FaultKind] = [.crashRedis, .stopRedis, .freezeRedis, .powerCut]

    /// Why a fault of several servers cannot be carried out on those that there are; nil where it can.
    private static func problem(of kind: FaultKind, on topology: Topology?) -> String? {
        guard kind != .moveSlot else {
            return topology?.isCluster == true
                ? nil : "only the slots of a cluster of the run's own can move: add --topology cluster:3+3"
        }
        guard let topology else {
            return "that is done to several private servers: add --topology \(Topology.form), and leave --redis out"
        }
        return topology.everyPrimaryHasAReplica
            ? nil
            : "with \(topology) the primary of the sale may have no replica to take its place; use at least as many"
    }

    /// Why a fault of the server means nothing for a strategy; nil where it does.
    private static func problem(of kind: FaultKind, in strategy: Strategy) -> String? {
        switch kind {
        case .flushScripts where !strategy.scriptCalls.contains(where: \.isScript):
            "\(strategy.name) has no script that the server could forget"
        case .evictStock, .restockReset, .evictKeys:
            (strategy.stock.calls + strategy.open).contains(where: \.isQuery)
                ? "stock: and open: of \(strategy.name) ask other stores, so that it cannot be done between two commands"
                : nil
        default: nil
        }
    }
}

extension Strategy.ScriptCall {
    /// Whether it is a script, and no function of a library.
    fileprivate var isScript: Bool {
        if case .script = callee { true } else { false }
    }
}

extension Strategy.Call {
    /// Whether another store is asked.
    fileprivate var isQuery: Bool {
        if case .query = self { true } else { false }
    }
}
