-- The data of the example. eta_days counts from the day on which it is asked, so that it never grows old.
CREATE TABLE IF NOT EXISTS customers (
    phone TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    language TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS parcels (
    number TEXT PRIMARY KEY,
    status TEXT NOT NULL CHECK (status IN ('in_transit', 'delayed', 'delivered', 'lost')),
    place TEXT NOT NULL,
    eta_days INTEGER NOT NULL,
    phone TEXT NOT NULL REFERENCES customers (phone)
) STRICT;

INSERT OR IGNORE INTO customers (phone, name, language) VALUES
    ('+48600100100', 'Anna Kowalska', 'pl'),
    ('+48600100200', 'Marek Wiśniewski', 'pl'),
    ('+40720100100', 'Ioana Popescu', 'ro'),
    ('+40720100200', 'Andrei Ionescu', 'ro'),
    ('+447700900100', 'Sarah Taylor', 'en'),
    ('+447700900200', 'James Wilson', 'en');

INSERT OR IGNORE INTO parcels (number, status, place, eta_days, phone) VALUES
    ('12345678', 'in_transit', 'Kraków', 1, '+48600100100'),
    ('10000001', 'in_transit', 'Warszawa', 0, '+48600100200'),
    ('20000002', 'delayed', 'Łódź', 2, '+48600100100'),
    ('30000003', 'delivered', 'Gdańsk', 0, '+48600100200'),
    ('40000004', 'lost', 'Poznań', 0, '+48600100100'),
    ('50000005', 'in_transit', 'Cluj-Napoca', 1, '+40720100100'),
    ('50000006', 'delayed', 'București', 3, '+40720100200'),
    ('50000007', 'delivered', 'Iași', 0, '+40720100100'),
    ('60000006', 'in_transit', 'Leeds', 0, '+447700900100'),
    ('60000007', 'delayed', 'Manchester', 2, '+447700900200'),
    ('60000008', 'delivered', 'London', 0, '+447700900100'),
    ('60000009', 'lost', 'Bristol', 0, '+447700900200');

-- What callers changed: the day on which a parcel shall come.
CREATE TABLE IF NOT EXISTS deliveries (
    number TEXT PRIMARY KEY REFERENCES parcels (number),
    day TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS appointments (
    at TEXT NOT NULL,
    phone TEXT NOT NULL,
    UNIQUE (at, phone)
) STRICT;

CREATE TABLE IF NOT EXISTS invoices (
    number TEXT PRIMARY KEY,
    amount TEXT NOT NULL,
    due TEXT NOT NULL,
    paid INTEGER NOT NULL
) STRICT;

INSERT OR IGNORE INTO invoices (number, amount, due, paid) VALUES
    ('700100', '49.90 PLN', '2027-01-15', 0),
    ('700200', '120.00 PLN', '2026-11-30', 1),
    ('700300', '85.50 RON', '2027-01-20', 0),
    ('700400', '19.99 GBP', '2027-01-31', 0);

-- Codes that were sent, and the messages themselves: there is no mobile network behind the example.
CREATE TABLE IF NOT EXISTS codes (
    phone TEXT PRIMARY KEY REFERENCES customers (phone),
    code TEXT NOT NULL,
    tries INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS messages (
    phone TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
