-- Run once by a stand-alone backend, which takes each line as one statement: the role and the database of Handcart.
CREATE ROLE handcart LOGIN CREATEDB
CREATE DATABASE handcart OWNER handcart
