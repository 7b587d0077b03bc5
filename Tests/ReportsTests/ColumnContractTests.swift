import Reports
import Testing

/// Other programs read the tables by their columns: whoever changes one changes this list, and knows it.
struct ColumnContractTests {
    struct Table: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var columns: [String]
        var expected: [String]

        init(_ file: String, _ columns: [String], _ expected: String) {
            testDescription = file
            self.columns = columns
            self.expected = expected.split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    @Test(arguments: [
        Table(
            "attempts.csv", AttemptsCSV.columns,
            "attempt purchase buyer worker thread client number invoked_ns returned_ns outcome quantity remaining unit node"
        ),
        Table("ledger.csv", LedgerCSV.columns, "attempt purchase buyer"),
        Table("units.csv", UnitsCSV.columns, "unit"),
        Table(
            "purchases.csv", PurchasesCSV.columns,
            "purchase buyer worker attempts ending planned_ns invoked_ns returned_ns latency_us remaining"),
        Table(
            "items.csv", ItemsCSV.columns,
            """
            item verdict units restocked remaining sold_to_buyers in_doubt ledger_orders attempts won sold_out conflict duplicate failed
            unknown returned held held_at_end
            """),
        Table(
            "timeline.csv", TimelineCSV.columns,
            "elapsed_ms attempts_invoked attempts_returned won sold_out conflict duplicate failed unknown returned held"
        ),
        Table(
            "items-timeline.csv", ItemsTimelineCSV.columns,
            "item elapsed_ms attempts_invoked attempts_returned won sold_out conflict duplicate failed unknown returned held"
        ),
        Table(
            "workers.csv", WorkersCSV.columns,
            """
            worker pid threads clients attempts won sold_out conflict duplicate failed unknown returned held reconnects connect_seconds
            cpu_seconds cpu_share peak_memory_mib hiccup_max_us lost machine
            """),
        Table("summary.csv", SummaryCSV.columns, ofRuns),
        Table("runs.csv", RunsCSV.columns, ofRuns),
    ])
    func columnsStay(_ table: Table) { #expect(table.columns == table.expected) }

    private static let ofRuns = """
        started run strategy verdict exit_code interrupted violated_checks procs threads clients buyers purchases attempts
        attempts_per_purchase_limit units remaining sold_by_server sold_to_buyers in_doubt ledger_orders won sold_out
        conflict duplicate failed unknown returned purchases_won purchases_sold_out purchases_gave_up purchases_refused
        purchases_failed purchases_unknown purchases_not_started purchases_returned attempts_per_second commands_per_second elapsed_seconds
        loop target_per_second achieved_per_second purchases_started late late_max_us dropped attempt_min_us attempt_mean_us
        attempt_p50_us attempt_p90_us attempt_p99_us attempt_p999_us attempt_max_us purchase_min_us purchase_mean_us
        purchase_p50_us purchase_p90_us purchase_p99_us purchase_p999_us purchase_max_us held purchases_lapsed held_at_end workers_lost client_cpu_seconds
        client_saturated client_host client_cores others_cpu_share steal_share hiccup_max_us server_cpu_seconds server_kind
        server_version server_mode persistence server_url purchases_per_buyer quantity_min quantity_max think_time_min_us
        think_time_max_us timeout_ms retry_unknown seed version
        """
}
