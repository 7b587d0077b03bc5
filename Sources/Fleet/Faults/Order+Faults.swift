internal import Clients
internal import FlashSale

extension CoordinatorMessage.Order {
    /// The faults that this worker's clients carry out. Programs have connections of their own.
    var wireFaults: WireFaults {
        WireFaults(scenario, at: programs != nil ? nil : service != nil ? .answers : .wire)
    }
}
