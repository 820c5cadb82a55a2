//! Many rows of one table at once.

use sea_orm::sea_query::Value;
use sea_orm::{ActiveModelTrait, ActiveValue, DbErr, EntityName, EntityTrait, IdenStatic, Iterable};
use sqlx::postgres::PgArguments;
use uuid::Uuid;

/// On PostgreSQL; there a statement is the same for any number of rows.
const ROWS: usize = 1000;
/// SQLite takes 32,766 parameters (sqlite.org/limits.html); more rows a statement than this gain nothing.
const PARAMETERS: usize = 8_000;

/// One column of many rows, as the array that PostgreSQL unnests. These are the types that our tables have.
enum Column {
    Uuid(Vec<Option<Uuid>>),
    Text(Vec<Option<String>>),
    Number(Vec<Option<i64>>),
    Bytes(Vec<Option<Vec<u8>>>),
    Flag(Vec<Option<bool>>),
    Amount(Vec<Option<f64>>),
}

impl Column {
    fn like(value: &Value, rows: usize) -> Result<Self, DbErr> {
        Ok(match value {
            Value::Uuid(_) => Self::Uuid(Vec::with_capacity(rows)),
            Value::String(_) => Self::Text(Vec::with_capacity(rows)),
            Value::BigInt(_) => Self::Number(Vec::with_capacity(rows)),
            Value::Bytes(_) => Self::Bytes(Vec::with_capacity(rows)),
            Value::Bool(_) => Self::Flag(Vec::with_capacity(rows)),
            Value::Double(_) => Self::Amount(Vec::with_capacity(rows)),
            _ => return Err(DbErr::Type("a column type that cannot be inserted in bulk".to_owned())),
        })
    }

    fn push(&mut self, value: Value) -> Result<(), DbErr> {
        match (self, value) {
            (Self::Uuid(column), Value::Uuid(value)) => column.push(value),
            (Self::Text(column), Value::String(value)) => column.push(value),
            (Self::Number(column), Value::BigInt(value)) => column.push(value),
            (Self::Bytes(column), Value::Bytes(value)) => column.push(value),
            (Self::Flag(column), Value::Bool(value)) => column.push(value),
            (Self::Amount(column), Value::Double(value)) => column.push(value),
            _ => return Err(DbErr::Type("a column of two types".to_owned())),
        }
        Ok(())
    }

    fn type_name(&self) -> &'static str {
        match self {
            Self::Uuid(_) => "uuid[]",
            Self::Text(_) => "text[]",
            Self::Number(_) => "bigint[]",
            Self::Bytes(_) => "bytea[]",
            Self::Flag(_) => "boolean[]",
            Self::Amount(_) => "double precision[]",
        }
    }

    fn bind(self, arguments: &mut PgArguments) -> Result<(), DbErr> {
        use sqlx::Arguments;
        let added = match self {
            Self::Uuid(column) => arguments.add(column),
            Self::Text(column) => arguments.add(column),
            Self::Number(column) => arguments.add(column),
            Self::Bytes(column) => arguments.add(column),
            Self::Flag(column) => arguments.add(column),
            Self::Amount(column) => arguments.add(column),
        };
        added.map_err(|error| DbErr::Custom(error.to_string()))
    }
}

/// The statement and its arrays. Every member of every row must be set.
pub(super) fn unnest<A: ActiveModelTrait>(rows: &[A]) -> Result<(String, PgArguments), DbErr> {
    let names: Vec<_> = <A::Entity as EntityTrait>::Column::iter().collect();
    let mut columns: Vec<Column> = Vec::with_capacity(names.len());
    for row in rows {
        for (index, name) in names.iter().enumerate() {
            let (ActiveValue::Set(value) | ActiveValue::Unchanged(value)) = row.get(*name) else {
                return Err(DbErr::AttrNotSet(name.as_str().to_owned()));
            };
            if index == columns.len() {
                columns.push(Column::like(&value, rows.len())?);
            }
            columns[index].push(value)?;
        }
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{}\"", name.as_str())).collect();
    let arrays: Vec<String> =
        columns.iter().enumerate().map(|(index, column)| format!("${}::{}", index + 1, column.type_name())).collect();
    let table = A::Entity::default().table_name();
    let sql = format!("INSERT INTO \"{table}\" ({}) SELECT * FROM unnest({})", quoted.join(", "), arrays.join(", "));
    let mut arguments = PgArguments::default();
    for column in columns {
        column.bind(&mut arguments)?;
    }
    Ok((sql, arguments))
}

/// How many rows go into one statement.
pub(super) fn rows_at_once<A: ActiveModelTrait>(postgres: bool) -> usize {
    let columns = <A::Entity as EntityTrait>::Column::iter().count().max(1);
    if postgres { ROWS } else { (PARAMETERS / columns).max(1) }
}
