import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Asks a server through the JDBC driver and prints a line for each thing that it found. */
public class JdbcProbe {
  private static void print(String what, Object... values) {
    List<String> texts = new ArrayList<>();
    for (Object value : values) texts.add(String.valueOf(value));
    System.out.println(what + ": " + String.join(" | ", texts));
  }

  private static void types(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM typed ORDER BY id")) {
      ResultSetMetaData columns = rows.getMetaData();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        print("column", columns.getColumnName(i), columns.getColumnTypeName(i), columns.getColumnType(i));
      }
      while (rows.next()) {
        List<Object> values = new ArrayList<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) values.add(rows.getObject(i));
        print("row", values.toArray());
      }
    }
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(
            "SELECT ARRAY[1, 2], X'00ff', DECIMAL '1.50', TIMESTAMP '2020-01-02 03:04:05.123456',"
                + " CAST(NULL AS bigint), DATE '2020-01-02'")) {
      row.next();
      Object[] array = (Object[]) row.getArray(1).getArray();
      print("getters", array.length, array[1], row.getBytes(2)[1], row.getBigDecimal(3),
          row.getTimestamp(4), row.getLong(5), row.wasNull(), row.getDate(6));
    }
  }

  private static void prepared(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(
        "SELECT ?, ?, ?, ?, ?, count(*) FROM numbers WHERE id < ?")) {
      for (long limit = 10; limit <= 20; limit += 10) {
        statement.setLong(1, limit);
        statement.setString(2, "it's");
        statement.setBigDecimal(3, new BigDecimal("12.50"));
        statement.setTimestamp(4, Timestamp.valueOf("2020-01-02 03:04:05.123"));
        statement.setNull(5, Types.VARCHAR);
        statement.setLong(6, limit);
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          print("prepared", row.getLong(1), row.getString(2), row.getBigDecimal(3), row.getTimestamp(4),
              row.getString(5), row.getLong(6));
        }
      }
    }
  }

  private static void session(Connection connection) throws SQLException {
    connection.setCatalog("system");
    connection.setSchema("information_schema");
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("SELECT current_catalog, current_schema")) {
        row.next();
        print("session", row.getString(1), row.getString(2));
      }
      statement.execute("USE iceberg.demo");
      print("use", connection.getCatalog(), connection.getSchema());
    }
  }

  private static void error(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT nowhere FROM typed");
    } catch (SQLException error) {
      print("error", error.getErrorCode(), error.getMessage().replaceAll("^.*?: ", ""));
    }
  }

  /** Returns when the server has a query of this text in one of the states. */
  private static void awaitState(Connection connection, String query, String states)
      throws SQLException {
    String sql = "SELECT count(*) FROM system.runtime.queries WHERE query = ? AND state IN (" + states + ")";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, query);
      for (long count = 0; count == 0; ) {
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          count = row.getLong(1);
        }
      }
    }
  }

  private static void cancel(Connection connection, Connection other, String query)
      throws Exception {
    try (Statement statement = connection.createStatement()) {
      Thread canceller = new Thread(() -> {
        try {
          awaitState(other, query, "'PLANNING', 'RUNNING'");
          statement.cancel();
        } catch (SQLException error) {
          print("canceller", error.getMessage());
        }
      });
      canceller.start();
      try (ResultSet rows = statement.executeQuery(query)) {
        rows.next();
        print("cancel", "not cancelled");
      } catch (SQLException error) {
        print("cancel", "ended");
      }
      canceller.join();
      awaitState(other, query, "'FAILED'");
    }
  }

  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("user", "ann");
    properties.setProperty("timezone", "UTC");
    try (Connection connection = DriverManager.getConnection(arguments[0], properties);
        Connection other = DriverManager.getConnection(arguments[0], properties)) {
      print("product", connection.getMetaData().getDatabaseProductName());
      types(connection);
      prepared(connection);
      session(connection);
      error(connection);
      cancel(connection, other, arguments[1]);
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT 1")) {
        row.next();
        print("after", row.getInt(1), LocalDate.EPOCH);
      }
    }
  }
}
