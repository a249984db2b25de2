--
-- PostgreSQL database dump
--

\restrict KNzQh0psLlrgIZsWWItgIpk6XKiZ4V3bwOvSB4eCsgZ6U6EKRFm2YFYgNmpgCcG

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: sales; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA sales;


ALTER SCHEMA sales OWNER TO postgres;

--
-- Name: cents; Type: DOMAIN; Schema: sales; Owner: postgres
--

CREATE DOMAIN sales.cents AS bigint
	CONSTRAINT cents_check CHECK ((VALUE >= 0));


ALTER DOMAIN sales.cents OWNER TO postgres;

--
-- Name: order_state; Type: TYPE; Schema: sales; Owner: postgres
--

CREATE TYPE sales.order_state AS ENUM (
    'open',
    'paid',
    'sent'
);


ALTER TYPE sales.order_state OWNER TO postgres;

--
-- Name: purge(); Type: FUNCTION; Schema: sales; Owner: postgres
--

CREATE FUNCTION sales.purge() RETURNS void
    LANGUAGE sql
    AS $$ DELETE FROM sales.orders WHERE state = 'sent' $$;


ALTER FUNCTION sales.purge() OWNER TO postgres;

--
-- Name: touch(); Type: FUNCTION; Schema: sales; Owner: postgres
--

CREATE FUNCTION sales.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN NEW.note := '{}'; RETURN NEW; END $$;


ALTER FUNCTION sales.touch() OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: customers; Type: TABLE; Schema: sales; Owner: postgres
--

CREATE TABLE sales.customers (
    id bigint NOT NULL,
    email text NOT NULL,
    name character varying(200),
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE sales.customers OWNER TO postgres;

--
-- Name: customers_id_seq; Type: SEQUENCE; Schema: sales; Owner: postgres
--

ALTER TABLE sales.customers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME sales.customers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: events; Type: TABLE; Schema: sales; Owner: postgres
--

CREATE TABLE sales.events (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    payload jsonb
)
PARTITION BY RANGE (at);


ALTER TABLE sales.events OWNER TO postgres;

--
-- Name: events_2024; Type: TABLE; Schema: sales; Owner: postgres
--

CREATE TABLE sales.events_2024 (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    payload jsonb
);


ALTER TABLE sales.events_2024 OWNER TO postgres;

--
-- Name: events_rest; Type: TABLE; Schema: sales; Owner: postgres
--

CREATE TABLE sales.events_rest (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    payload jsonb
);


ALTER TABLE sales.events_rest OWNER TO postgres;

--
-- Name: orders; Type: TABLE; Schema: sales; Owner: postgres
--

CREATE TABLE sales.orders (
    id bigint NOT NULL,
    customer_id bigint NOT NULL,
    state sales.order_state DEFAULT 'open'::sales.order_state NOT NULL,
    total sales.cents NOT NULL,
    vat numeric GENERATED ALWAYS AS (0.2) STORED,
    note json,
    CONSTRAINT total_limit CHECK (((total)::bigint < 1000000))
);


ALTER TABLE sales.orders OWNER TO postgres;

--
-- Name: TABLE orders; Type: COMMENT; Schema: sales; Owner: postgres
--

COMMENT ON TABLE sales.orders IS 'Every order; kept for ten years.';


--
-- Name: open_orders; Type: VIEW; Schema: sales; Owner: postgres
--

CREATE VIEW sales.open_orders AS
 SELECT o.id,
    c.email
   FROM (sales.orders o
     JOIN sales.customers c ON ((c.id = o.customer_id)))
  WHERE (o.state = 'open'::sales.order_state);


ALTER TABLE sales.open_orders OWNER TO postgres;

--
-- Name: orders_id_seq; Type: SEQUENCE; Schema: sales; Owner: postgres
--

CREATE SEQUENCE sales.orders_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE sales.orders_id_seq OWNER TO postgres;

--
-- Name: orders_id_seq; Type: SEQUENCE OWNED BY; Schema: sales; Owner: postgres
--

ALTER SEQUENCE sales.orders_id_seq OWNED BY sales.orders.id;


--
-- Name: totals; Type: MATERIALIZED VIEW; Schema: sales; Owner: postgres
--

CREATE MATERIALIZED VIEW sales.totals AS
 SELECT orders.customer_id,
    sum((orders.total)::bigint) AS total
   FROM sales.orders
  GROUP BY orders.customer_id
  WITH NO DATA;


ALTER TABLE sales.totals OWNER TO postgres;

--
-- Name: events_2024; Type: TABLE ATTACH; Schema: sales; Owner: postgres
--

ALTER TABLE ONLY sales.events ATTACH PARTITION sales.events_2024 FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2025-01-01 00:00:00+00');


--
-- Name: events_rest; Type: TABLE ATTACH; Schema: sales; Owner: postgres
--

ALTER TABLE ONLY sales.events ATTACH PARTITION sales.events_rest DEFAULT;


--
-- Name: orders id; Type: DEFAULT; Schema: sales; Owner: postgres
--

ALTER TABLE ONLY sales.orders ALTER COLUMN id SET DEFAULT nextval('sales.orders_id_seq'::regclass);


--
-- Data for Name: customers; Type: TABLE DATA; Schema: sales; Owner: postgres
--

COPY sales.customers (id, email, name, created_at) FROM stdin;
1	a@example.org	A; B	2026-11-21 19:15:45.487731+00
2	b@example.org	\N	2026-11-21 19:15:45.487731+00
\.


--
-- Data for Name: events_2024; Type: TABLE DATA; Schema: sales; Owner: postgres
--

COPY sales.events_2024 (id, at, payload) FROM stdin;
1	2024-05-01 00:00:00+00	{"a": 1}
\.


--
-- Data for Name: events_rest; Type: TABLE DATA; Schema: sales; Owner: postgres
--

COPY sales.events_rest (id, at, payload) FROM stdin;
\.


--
-- Data for Name: orders; Type: TABLE DATA; Schema: sales; Owner: postgres
--

COPY sales.orders (id, customer_id, state, total, note) FROM stdin;
1	1	open	100	\N
2	2	open	2500	\N
\.


--
-- Name: customers_id_seq; Type: SEQUENCE SET; Schema: sales; Owner: postgres
--

SELECT pg_catalog.setval('sales.customers_id_seq', 2, true);


--
-- Name: orders_id_seq; Type: SEQUENCE SET; Schema: sales; Owner: postgres
--

SELECT pg_catalog.setval('sales.orders_id_seq', 2, true);


--
-- Name: customers customers_email_key; Type: CONSTRAINT; Schema: sales; Owner: postgres
--

ALTER TABLE ONLY sales.customers
    ADD CONSTRAINT customers_email_key UNIQUE (email);


--
-- Name: customers customers_pkey; Type: CONSTRAINT; Schema: sales; Owner: postgres
--

ALTER TABLE ONLY sales.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: sales; Owner: postgres
--

ALTER TABLE ONLY sales.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id, at);


--
-- Name: events_2024 events_2024_pkey; Type: CONSTRAINT; Schema: sales; Owner: postgres
--

ALTER TABLE ONLY sales.events_2024
    ADD CONSTRAINT events_2024_pkey PRIMARY KEY (id, at);


--
-- Name: events_rest events_rest_pkey; Type: CONSTRAINT; Schema: sales; Owner: postgres
--

ALTER TABLE ONLY sales.events_rest
    ADD CONSTRAINT events_rest_pkey PRIMARY KEY (id, at);


--
-- Name: orders orders_pkey; Type: CONSTRAINT; Schema: sales; Owner: postgres
--

ALTER TABLE ONLY sales.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);


--
-- Name: orders_customer; Type: INDEX; Schema: sales; Owner: postgres
--

CREATE INDEX orders_customer ON sales.orders USING btree (customer_id);


--
-- Name: orders_open; Type: INDEX; Schema: sales; Owner: postgres
--

CREATE UNIQUE INDEX orders_open ON sales.orders USING btree (customer_id, id) WHERE (state = 'open'::sales.order_state);


--
-- Name: totals_customer; Type: INDEX; Schema: sales; Owner: postgres
--

CREATE UNIQUE INDEX totals_customer ON sales.totals USING btree (customer_id);


--
-- Name: events_2024_pkey; Type: INDEX ATTACH; Schema: sales; Owner: postgres
--

ALTER INDEX sales.events_pkey ATTACH PARTITION sales.events_2024_pkey;


--
-- Name: events_rest_pkey; Type: INDEX ATTACH; Schema: sales; Owner: postgres
--

ALTER INDEX sales.events_pkey ATTACH PARTITION sales.events_rest_pkey;


--
-- Name: orders_stats; Type: STATISTICS; Schema: sales; Owner: postgres
--

CREATE STATISTICS sales.orders_stats ON customer_id, state FROM sales.orders;


ALTER STATISTICS sales.orders_stats OWNER TO postgres;

--
-- Name: orders touch; Type: TRIGGER; Schema: sales; Owner: postgres
--

CREATE TRIGGER touch BEFORE UPDATE ON sales.orders FOR EACH ROW EXECUTE FUNCTION sales.touch();


--
-- Name: orders orders_customer_id_fkey; Type: FK CONSTRAINT; Schema: sales; Owner: postgres
--

ALTER TABLE ONLY sales.orders
    ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES sales.customers(id) ON DELETE CASCADE;


--
-- Name: customers; Type: ROW SECURITY; Schema: sales; Owner: postgres
--

ALTER TABLE sales.customers ENABLE ROW LEVEL SECURITY;

--
-- Name: customers own; Type: POLICY; Schema: sales; Owner: postgres
--

CREATE POLICY own ON sales.customers USING ((email = CURRENT_USER));


--
-- Name: feed; Type: PUBLICATION; Schema: -; Owner: postgres
--

CREATE PUBLICATION feed WITH (publish = 'insert, update, delete, truncate');


ALTER PUBLICATION feed OWNER TO postgres;

--
-- Name: feed orders; Type: PUBLICATION TABLE; Schema: sales; Owner: postgres
--

ALTER PUBLICATION feed ADD TABLE ONLY sales.orders;


--
-- Name: TABLE customers; Type: ACL; Schema: sales; Owner: postgres
--

GRANT SELECT ON TABLE sales.customers TO shop_reader;


--
-- Name: TABLE events; Type: ACL; Schema: sales; Owner: postgres
--

GRANT SELECT ON TABLE sales.events TO shop_reader;


--
-- Name: TABLE events_2024; Type: ACL; Schema: sales; Owner: postgres
--

GRANT SELECT ON TABLE sales.events_2024 TO shop_reader;


--
-- Name: TABLE events_rest; Type: ACL; Schema: sales; Owner: postgres
--

GRANT SELECT ON TABLE sales.events_rest TO shop_reader;


--
-- Name: TABLE orders; Type: ACL; Schema: sales; Owner: postgres
--

GRANT SELECT ON TABLE sales.orders TO shop_reader;


--
-- Name: TABLE open_orders; Type: ACL; Schema: sales; Owner: postgres
--

GRANT SELECT ON TABLE sales.open_orders TO shop_reader;


--
-- Name: TABLE totals; Type: ACL; Schema: sales; Owner: postgres
--

GRANT SELECT ON TABLE sales.totals TO shop_reader;


--
-- Name: totals; Type: MATERIALIZED VIEW DATA; Schema: sales; Owner: postgres
--

REFRESH MATERIALIZED VIEW sales.totals;


--
-- PostgreSQL database dump complete
--

\unrestrict KNzQh0psLlrgIZsWWItgIpk6XKiZ4V3bwOvSB4eCsgZ6U6EKRFm2YFYgNmpgCcG

