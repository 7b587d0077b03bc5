package import FlashSale

/// Reads a history that was not written as ours are: a log with ids of any text, other columns, other clocks.
package enum LogFile {
    /// - Parameters:
    ///   - itemColumn: the column that separates goods.
    ///   - requests: how many were sent; nil where nobody said it.
    /// - Throws: ``RunError``: 65 where a row does not say what it should, 64 where the mapping does not fit the file.
    package static func read(
        _ path: String, _ mapping: LogMapping, itemColumn: String? = nil, requests: Int? = nil
    ) throws(RunError) -> HistoryFile.Contents {
        var line = 0
        return try read(path, mapping, itemColumn: itemColumn, requests: requests, line: &line)
    }

    /// A history that is as ours are, or else one with the same columns whose ids are texts, or whose times have other units, or
    /// whose cells have other marks between them.
    package static func readLenient(
        _ path: String, itemColumn: String? = nil, requests: Int? = nil
    ) throws(RunError) -> HistoryFile.Contents {
        var damage: CSVDamage?
        do throws(RunError) {
            var contents = try HistoryFile.read(path, itemColumn: itemColumn, damage: &damage)
            if let requests { contents.log = LogFacts(gap: LogReader.gap(nil, requests, contents.history.count)) }
            return contents
        } catch {
            // A pipe cannot be read again.
            guard let damage, FilePieces.isFile(path) else { throw error }
            var line = 0
            do throws(RunError) {
                return try read(path, LogMapping(), itemColumn: itemColumn, requests: requests, line: &line)
            } catch let other {
                // Whoever came further knows better what is wrong.
                throw line > damage.line || other.status == .cannotWrite ? other : error
            }
        }
    }

    /// - Parameter line: becomes the line that was reached.
    private static func read(
        _ path: String, _ mapping: LogMapping, itemColumn: String?, requests: Int?, line: inout Int
    ) throws(RunError) -> HistoryFile.Contents {
        var reader = try LogReader(path, mapping, itemColumn: itemColumn)
        do throws(RunError) {
            try FilePieces.each(of: path, size: LogRows.limit(of: mapping.tool) + 4 << 20) {
                (piece, isLast) throws(RunError) in try reader.feed(piece, isLast: isLast)
            }
        } catch {
            line = reader.line
            throw error
        }
        line = reader.line
        return try reader.contents(requests: requests)
    }
}
