"""The peer of `make bench`: the same kind of app as it is usually written in Python, with FastAPI, SQLAlchemy and Jinja.

It has one account, shows the month on a dashboard and the expenses in a list, and adds, deletes and exports expenses. Its
SQLite is as durable as that of the program (WAL, synchronous=FULL). PEER_DB is its database, PEER_TODAY the day it takes
for today, and PEER_SECRET the key of its tokens; `bench-servers.py` fills the database and signs the token.
"""
import csv
import datetime
import io
import os
from contextlib import contextmanager
from pathlib import Path

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from jinja2 import Environment, FileSystemLoader
from pydantic import BaseModel, Field
from sqlalchemy import Date, ForeignKey, Index, String, create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship, sessionmaker

TODAY = datetime.date.fromisoformat(os.environ["PEER_TODAY"])
SECRET = os.environ["PEER_SECRET"]
PAGE = 50


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)


class Category(Base):
    __tablename__ = "categories"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(60))
    __table_args__ = (Index("category_name", "user_id", "name", unique=True),)


class Expense(Base):
    __tablename__ = "expenses"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    spent_on: Mapped[datetime.date] = mapped_column(Date)
    amount: Mapped[int]
    description: Mapped[str] = mapped_column(String(500))
    category: Mapped[Category] = relationship()
    __table_args__ = (
        Index("expense_day", "user_id", "spent_on", "id"),
        Index("expense_category", "user_id", "category_id", "spent_on"),
    )


engine = create_engine(f"sqlite:///{os.environ['PEER_DB']}", connect_args={"timeout": 30})
sessions = sessionmaker(engine, expire_on_commit=False)


@event.listens_for(engine, "connect")
def durable(connection, _):
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


app = FastAPI(docs_url=None, redoc_url=None)
app.add_middleware(GZipMiddleware, minimum_size=500)
pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def money(minor):
    sign, minor = ("-" if minor < 0 else ""), abs(minor)
    return f"{sign}${minor // 100:,}.{minor % 100:02}"


pages.filters["money"] = money


@contextmanager
def transaction():
    with sessions() as session, session.begin():
        yield session


def user(request: Request):
    """The person of the cookie or of the Bearer token, as stored."""
    token = request.cookies.get("session") or request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        claims = jwt.decode(token, SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise HTTPException(401) from None
    with sessions() as session:
        found = session.get(User, int(claims["sub"]))
    if found is None:
        raise HTTPException(401)
    return found


def month_of(day):
    first = day.replace(day=1)
    return first, (first + datetime.timedelta(days=32)).replace(day=1) - datetime.timedelta(days=1)


@app.get("/healthz")
def healthz():
    return {"status": "ok"}


@app.get("/", response_class=HTMLResponse)
def dashboard(person: User = Depends(user)):
    first, last = month_of(TODAY)
    here = (Expense.user_id == person.id, Expense.spent_on.between(first, last))
    with sessions() as session:
        by_category = session.execute(
            select(Category.name, func.sum(Expense.amount).label("total"), func.count().label("count"))
            .join(Expense.category).where(*here).group_by(Category.id).order_by(func.sum(Expense.amount).desc())
        ).all()
        by_day = session.execute(
            select(Expense.spent_on, func.sum(Expense.amount).label("total"))
            .where(*here).group_by(Expense.spent_on).order_by(Expense.spent_on)
        ).all()
        latest = session.scalars(
            select(Expense).options(joinedload(Expense.category)).where(*here)
            .order_by(Expense.spent_on.desc(), Expense.id.desc()).limit(10)
        ).all()
        names = session.scalars(select(Category.name).where(Category.user_id == person.id).order_by(Category.name)).all()
    total = sum(row.total for row in by_category)
    return pages.get_template("dashboard.html").render(
        person=person, title="Dashboard", month=first, total=total, by_category=by_category, by_day=by_day, latest=latest,
        names=names, today=TODAY,
    )


@app.get("/expenses", response_class=HTMLResponse)
def index(person: User = Depends(user)):
    mine = Expense.user_id == person.id
    with sessions() as session:
        total, count = session.execute(select(func.sum(Expense.amount), func.count()).where(mine)).one()
        rows = session.scalars(
            select(Expense).options(joinedload(Expense.category)).where(mine)
            .order_by(Expense.spent_on.desc(), Expense.id.desc()).limit(PAGE)
        ).all()
    return pages.get_template("list.html").render(person=person, title="Expenses", total=total or 0, count=count, rows=rows)


class NewExpense(BaseModel):
    amount: str = Field(pattern=r"^-?[0-9]{1,11}(\.[0-9]{1,2})?$")
    category: str = Field(min_length=1, max_length=60)
    date: datetime.date | None = None
    description: str = Field("", max_length=500)


def add(person, new):
    whole, _, decimals = new.amount.lstrip("-").partition(".")
    minor = (int(whole) * 100 + int(decimals.ljust(2, "0"))) * (-1 if new.amount.startswith("-") else 1)
    with transaction() as session:
        category = session.scalar(select(Category).where(Category.user_id == person.id, Category.name == new.category))
        if category is None:
            category = Category(user_id=person.id, name=new.category)
            session.add(category)
            session.flush()
        expense = Expense(user_id=person.id, category_id=category.id, spent_on=new.date or TODAY, amount=minor,
                          description=new.description)
        session.add(expense)
        session.flush()
        return expense.id


@app.post("/api/v1/expenses", status_code=201)
def create(new: NewExpense, person: User = Depends(user)):
    return {"id": str(add(person, new)), **new.model_dump(mode="json")}


@app.post("/expenses/{id}/delete")
def delete(id: int, person: User = Depends(user)):
    with transaction() as session:
        expense = session.get(Expense, id)
        if expense is None or expense.user_id != person.id:
            raise HTTPException(404)
        session.delete(expense)
    return RedirectResponse("/expenses", 303)


@app.get("/expenses.csv")
def export(person: User = Depends(user)):
    def lines():
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(["date", "amount", "category", "description", "id"])
        query = (
            select(Expense.spent_on, Expense.amount, Category.name, Expense.description, Expense.id)
            .join(Expense.category).where(Expense.user_id == person.id)
            .order_by(Expense.spent_on.desc(), Expense.id.desc()).execution_options(yield_per=1000)
        )
        with Session(engine) as session:
            for part in session.execute(query).partitions(1000):
                writer.writerows((day, f"{amount / 100:.2f}", name, text, id) for day, amount, name, text, id in part)
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
    return StreamingResponse(lines(), media_type="text/csv")
