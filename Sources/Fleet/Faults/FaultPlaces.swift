package import FlashSale
package import Strategies

/// What can be broken where.
package enum FaultPlaces {
    /// - Parameter allowsDestructive: whether others on a server of the user's may feel it.
    /// - Returns: why a fault cannot be carried out, in words that say what to do; nil where it can.
    package static func problem(
        of fault: Fault, _ strategy: Strategy, _ place: Coordinator.Place, allowsDestructive: Bool
    ) -> String? {
        let description = fault.kind.description
        switch description.place {
        case .server:
            guard strategy.usesServer else {
                return "the sale of \(strategy.name) is not in a Redis of the run, so there is no server to break"
            }
            guard case .server = place else { return nil }
            if description.needsOwn {
                return "that is done only to a private server; leave --redis (and STRESS_REDIS_URL) out"
            }
            if description.hurtsOthers, !allowsDestructive {
                return "others on that server would feel it, too; add --allow-destructive if nobody else needs it"
            }
            return nil
        case .wire:
            if strategy.buysByProgram {
                return "buyers are programs, whose connections the run does not have; start them through stress proxy"
            }
            return strategy.usesServer
                ? nil : "buyers ask a service, whose connections to Redis the run does not have; use lose-answers"
        case .answers:
            return strategy.asksService && !strategy.usesServer && !strategy.buysByProgram
                ? nil : "buyers of \(strategy.name) ask no service; use lose-replies"
        case .fleet: return nil
        case .service:
            return "the run did not start the service"
        }
    }
}
