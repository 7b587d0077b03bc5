internal import FlashSale
internal import HTTPTransport
internal import RedisDriver
internal import Shop
internal import Stores
internal import Strategies

/// The sale of a strategy file as a run's coordinator handles it: opened, and read, wherever the file says.
///
/// `@unchecked Sendable`: it is used by one thread at a time; where that is not the explorer's, the explorer waits for it.
final class FileBooks: @unchecked Sendable {
    /// How long a question to another store may take.
    private static var questionMilliseconds: Int { 30_000 }

    private let file: SaleFile
    private let endpoint: RedisEndpoint
    private let stores: Stores
    private let units: Int
    private var sale: Sale

    /// - Parameters:
    ///   - endpoint: the private Redis itself, not the proxy before it.
    ///   - service: the URL of the first instance; nil where buyers ask none.
    /// - Throws: 64 and 69 where a store cannot be asked.
    init(
        _ file: SaleFile, at endpoint: RedisEndpoint, service: String?, units: Int, _ settings: ProgramSettings
    ) throws(RunError) {
        self.file = file
        self.endpoint = endpoint
        self.units = units
        stores = Stores(
            service: service.map { ServiceEndpoint(base: $0) }, redis: endpoint, environment: settings.environment,
            allowsRemote: false, timeoutMilliseconds: Self.questionMilliseconds, starter: settings.executable)
        sale = try Self.sale(file, endpoint, stores, units)
        try sale.checkStores()
    }

    private static func sale(
        _ file: SaleFile, _ endpoint: RedisEndpoint, _ stores: Stores, _ units: Int
    ) throws(RunError) -> Sale {
        try Sale(
            to: file.strategy.usesServer ? endpoint : nil, strategy: file.strategy, tag: StrategySale.tag, units: units,
            isPrivate: true, stores: stores)
    }

    /// Opens the sale. What it was before is over.
    ///
    /// - Throws: 64 where the file does not fit, 69 where something refuses.
    func open() throws(RunError) {
        sale = try Self.sale(file, endpoint, stores, units)
        var facts = try sale.inspect(connectionsNeeded: ProgramSale.mostBuyers)
        try sale.loadScripts(&facts)
        try sale.open()
        // Whoever serves one connection at a time is free for the buyers.
        stores.close()
    }

    /// What there is at the end.
    func epoch() -> Epoch {
        let drain = sale.waitUntilDrained()
        let end = sale.readEnd()
        stores.close()
        var epoch = Epoch(units: units, stock: end.stock, ledger: end.ledger, ledgerProblem: end.ledgerProblem)
        epoch.stores = end.stores
        epoch.drain = drain
        epoch.forSale = sale.forSale
        return epoch
    }

    /// What is left, and how many orders there are; nil where that cannot be read.
    func look() -> (stock: Int?, orders: Int?) {
        let stock: Int? = if case .units(let units) = sale.finalStock() { units } else { nil }
        return (stock, sale.ledger().0.map { $0.countOnly ?? $0.orders.count })
    }
}
